"""What the studio shows and what the server has."""


def stored(states, name):
    """ARN and definition of the state machine of this name."""
    pages = states.get_paginator("list_state_machines").paginate()
    machines = [machine for page in pages for machine in page["stateMachines"]]
    arn = next(machine["stateMachineArn"] for machine in machines if machine["name"] == name)
    return arn, states.describe_state_machine(stateMachineArn=arn)["definition"]


def exported(page):
    """The text that the studio exports."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Export JSON").click()
    return download.value.path().read_text()


def opened(page, endpoint, arn, studio_path):
    """Open a state machine in the studio and wait until it is drawn; how many states the graph shows."""
    page.goto(endpoint + studio_path(arn))
    page.locator("[data-node]").first.wait_for()
    return page.locator("[data-node]").count()


def saved_twice(page):
    """Change the machine's comment, save, take the change back, save: what the server has now went through the page."""
    page.get_by_label("Comment", exact=True).fill("changed for a moment")
    save = page.get_by_role("button", name="Save", exact=True)
    for undo in (False, True):
        if undo:
            page.get_by_role("button", name="Undo").click()
            page.get_by_text("Not saved").wait_for()
        save.click()
        page.get_by_text("Not saved").wait_for(state="hidden")

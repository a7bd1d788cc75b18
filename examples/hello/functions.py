"""The function of hello.asl.json. A public function that takes (event, context) can be called by its name."""


def greet(event, context):
    return {"greeting": f"Hello, {event['name']}!"}

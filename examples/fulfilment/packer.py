"""The packer: takes orders from the queue, packs them, and reports to the workflow with each task's token."""

import json

import boto3

sqs, states = boto3.client("sqs"), boto3.client("stepfunctions")
queue = sqs.get_queue_url(QueueName="packing")["QueueUrl"]

print("Waiting for orders to pack; end me with kill or Ctrl-C.", flush=True)
while True:
    for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5).get("Messages", []):
        task = json.loads(message["Body"])
        articles = ", ".join(f"{line['count']} {line['article']}" for line in task["lines"])
        print("Packing:", articles, flush=True)
        states.send_task_success(taskToken=task["taskToken"], output=json.dumps({"parcel": "P-7"}))
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])

"""The packer: takes one order from the queue, packs it, and reports to the workflow with the task's token."""

import json

import boto3

sqs, states = boto3.client("sqs"), boto3.client("stepfunctions")
queue = sqs.get_queue_url(QueueName="packing")["QueueUrl"]

while not (messages := sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5).get("Messages")):
    print("Waiting for an order to pack.", flush=True)
(message,) = messages
task = json.loads(message["Body"])
print("Packing:", ", ".join(f"{line['count']} {line['article']}" for line in task["lines"]))
states.send_task_success(taskToken=task["taskToken"], output=json.dumps({"parcel": "P-7"}))
sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])

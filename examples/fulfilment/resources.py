"""Creates what the workflow needs of other services: a bucket with an order, a table, a queue, a topic.

Goes where the environment points (`. .podium/dev.env`). Run again, it fills the stock up.
"""

import json

import boto3

ORDER = {"orderId": "A-1001", "lines": [{"article": "rug", "count": 1}, {"article": "lamp", "count": 2}]}
STOCK = {"rug": 3, "lamp": 10}

s3, dynamodb, sqs, sns = (boto3.client(name) for name in ("s3", "dynamodb", "sqs", "sns"))

s3.create_bucket(Bucket="orders")
s3.put_object(Bucket="orders", Key="A-1001.json", Body=json.dumps(ORDER))
if "stock" not in dynamodb.list_tables()["TableNames"]:
    dynamodb.create_table(
        TableName="stock",
        KeySchema=[{"AttributeName": "article", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "article", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
for article, available in STOCK.items():
    dynamodb.put_item(TableName="stock", Item={"article": {"S": article}, "available": {"N": str(available)}})
sqs.create_queue(QueueName="packing")
sns.create_topic(Name="shipped")
print("Created: bucket orders, table stock, queue packing, topic shipped.")

"""Templates to API calls: CloudFormation, SAM and CDK stacks deployed to an endpoint that speaks AWS's APIs.

Knows nothing of Podium but how definitions are compared: it talks to Step Functions and Lambda through botocore,
whoever serves them.
"""

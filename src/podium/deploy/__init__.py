"""Templates to API calls: CloudFormation, SAM and CDK stacks deployed to an endpoint that speaks AWS's APIs.

Knows nothing of Podium: it talks to Step Functions and Lambda through botocore, whoever serves them.
"""

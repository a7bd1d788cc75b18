"""AWS services as Tasks call them: names and shapes of Step Functions on one side, botocore on the other."""

"""Uploaded packages, run by AWS's own runtime client over the Lambda Runtime API.

    LambdaRuntime   knows the functions, shares out how many processes there may be
      FunctionPool    one function's queue and processes: starts, reuses, retires them
        FunctionProcess   one process: spawned, fed one invocation at a time, timed, killed
          api             the HTTP it speaks (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html)

`package` unpacks what was uploaded; `launch` is what a process starts with.
"""

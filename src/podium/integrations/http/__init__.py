"""Tasks that call HTTP APIs: `http:invoke` through EventBridge connections, and `apigateway:invoke`."""

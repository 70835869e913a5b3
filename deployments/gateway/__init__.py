"""The HTTP gateway: validates requests, triggers deployments through Prefect's API and reads runs back."""

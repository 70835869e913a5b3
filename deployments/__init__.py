"""How flows are exposed and run: gateway, warm worker, work pools, local stack, client and console command."""

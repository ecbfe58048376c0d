"""What tests share that is no test: programs run beside them, and stand-ins."""

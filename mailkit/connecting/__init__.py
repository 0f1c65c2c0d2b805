"""How an account comes to a connection that is logged in, and what outlives one."""

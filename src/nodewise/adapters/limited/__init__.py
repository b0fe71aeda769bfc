"""Opening a model file in a child process that has little memory and time, and no network."""

from nodewise.adapters.keras.live import read as read

from nodewise.adapters.keras.live import read as read
from nodewise.adapters.keras.write import to_keras as to_keras

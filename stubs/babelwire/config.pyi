from pipeline.config import *

from pipeline.store import *

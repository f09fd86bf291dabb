from pipeline.errors import *

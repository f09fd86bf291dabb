from pipeline.options import *

from pipeline.translate import *

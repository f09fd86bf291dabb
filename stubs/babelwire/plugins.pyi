from pipeline.plugins import *

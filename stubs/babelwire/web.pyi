from pipeline.web import *

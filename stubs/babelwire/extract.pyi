from pipeline.extract import *

from pipeline.desk import *

from pipeline.article import *

from pipeline.syndicate import *

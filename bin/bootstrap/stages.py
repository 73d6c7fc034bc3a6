"""placeholder"""


def main(a):
    return 1


check = main

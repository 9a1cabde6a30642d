// The least that can be supervised.
int main(void) { return 0; }

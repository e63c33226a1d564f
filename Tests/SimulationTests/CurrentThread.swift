import Glibc

/// Names the thread that runs this.
func currentThread() -> String { "\(pthread_self())" }

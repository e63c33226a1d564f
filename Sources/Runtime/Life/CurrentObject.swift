/// The object that the current task works for.
///
/// Outgoing calls are held at that object's gate.
enum CurrentObject {
    @TaskLocal static var activation: Activation?
    /// The critical section that the current task is in, of that object or of one that called it.
    @TaskLocal static var section: CriticalSection?
}

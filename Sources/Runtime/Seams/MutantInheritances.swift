import RoostStorage
import Synchronization

/// What `ProtocolMutations/resetKeepsBuffer` hands from an instance that was reset to the next one of the object.
///
/// Without that mutation both methods do nothing.
final class MutantInheritances: Sendable {
    private struct Kept: @unchecked Sendable {
        // Handed over whole: the instance that made it has lost its storage by then.
        let layer: ObjectBuffer.Layer
    }

    private let kept = Mutex<[ObjectID: Kept]>([:])

    func leave(_ layer: @autoclosure () -> ObjectBuffer.Layer, of object: ObjectAddress, _ mutations: ProtocolMutations)
    {
        guard mutations.contains(.resetKeepsBuffer) else { return }
        let left = Kept(layer: layer())
        kept.withLock { $0[object.id.raw] = left }
    }

    func take(_ object: ObjectAddress, _ mutations: ProtocolMutations) -> ObjectBuffer.Layer? {
        guard mutations.contains(.resetKeepsBuffer) else { return nil }
        return kept.withLock { $0.removeValue(forKey: object.id.raw)?.layer }
    }
}

import Glibc

/// A directory that goes away with the value; the tests' stores live in it.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/roost-storage-XXXXXX".utf8CString)
        template.withUnsafeMutableBufferPointer { buffer in
            _ = mkdtemp(buffer.baseAddress!)
        }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    deinit {
        Self.remove(path)
    }

    func write(_ text: String, to name: String) {
        let file = Glibc.open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = Array(text.utf8).withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        Glibc.close(file)
    }

    /// Flips one bit of the first place where `bytes` stand in a file, and says how often they stood there.
    func flipBit(in name: String, at bytes: [UInt8]) -> Int {
        let file = Glibc.open("\(path)/\(name)", O_RDWR)
        defer { Glibc.close(file) }
        let size = Int(lseek(file, 0, SEEK_END))
        var content = [UInt8](repeating: 0, count: size)
        _ = content.withUnsafeMutableBytes { pread(file, $0.baseAddress, size, 0) }
        var places = 0
        var start = 0
        while start + bytes.count <= size {
            if content[start] == bytes[0], content[start..<(start + bytes.count)].elementsEqual(bytes) {
                content[start] ^= 1
                _ = content.withUnsafeBytes { pwrite(file, $0.baseAddress! + start, 1, off_t(start)) }
                places += 1
            }
            start += 1
        }
        return places
    }

    private static func remove(_ path: String) {
        if let stream = opendir(path) {
            var names: [String] = []
            while let entry = readdir(stream) {
                names.append(
                    withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                    }
                )
            }
            closedir(stream)
            for name in names where name != "." && name != ".." {
                remove("\(path)/\(name)")
            }
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}

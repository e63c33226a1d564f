import RoostRuntime

/// Collects what is found, each under the headings that are open at the time.
struct FindingList {
    let source: SourceText
    private(set) var findings: [WranglerFinding] = []
    private(set) var hasErrors = false
    private var headings: [String] = []
    private var isFull = false

    init(source: SourceText) {
        self.source = source
    }

    mutating func error(_ message: String, at offset: Int) {
        hasErrors = true
        add(.error, message, at: offset)
    }

    mutating func warning(_ message: String, at offset: Int) {
        add(.warning, message, at: offset)
    }

    mutating func note(_ message: String, at offset: Int) {
        add(.note, message, at: offset)
    }

    /// An error that knows its own place.
    mutating func error(_ message: String, location: DeploymentLocation?) {
        hasErrors = true
        add(WranglerFinding(.error, message, headings: headings, location: location))
    }

    /// Opens a heading; everything found until it is closed stands under it.
    mutating func open(_ heading: String) { headings.append(heading) }

    /// Closes the heading that was opened last.
    mutating func close() { headings.removeLast() }

    /// Takes over what was found in another file.
    mutating func append(_ other: FindingList) {
        hasErrors = hasErrors || other.hasErrors
        for finding in other.findings { add(finding) }
    }

    private mutating func add(_ severity: WranglerFinding.Severity, _ message: String, at offset: Int) {
        add(WranglerFinding(severity, message, headings: headings, location: source.location(offset)))
    }

    private mutating func add(_ finding: WranglerFinding) {
        guard findings.count < WranglerLimits.findings else {
            if !isFull {
                isFull = true
                let message = "More was found than the \(WranglerLimits.findings) things above; begin with those."
                findings.append(WranglerFinding(.note, message, location: nil))
            }
            return
        }
        findings.append(finding)
    }
}

// MARK: Checks in the origin's words

extension FindingList {
    /// Warns of members that nobody reads.
    mutating func warnUnexpected(_ field: String, _ value: LocatedValue, known: Set<String>) {
        let unknown = (value.members ?? []).filter { !known.contains($0.key) }
        guard let first = unknown.first else { return }
        let names = unknown.map { "\"\($0.key)\"" }.joined(separator: ",")
        warning("Unexpected fields found in \(field) field: \(names)", at: first.keyOffset)
    }

    /// Checks a member that must be there and be of a type.
    mutating func require(_ path: String, _ value: LocatedValue?, _ type: String, in container: LocatedValue) -> Bool {
        guard let value else {
            error("\"\(path)\" is a required field.", at: container.offset)
            return false
        }
        return check(path, value, type)
    }

    /// Checks a member that, if it is there, must be of a type.
    @discardableResult
    mutating func check(_ path: String, _ value: LocatedValue?, _ type: String) -> Bool {
        guard let value, value.typeName != type else { return true }
        error("Expected \"\(path)\" to be of type \(type) but got \(value.json).", at: value.offset)
        return false
    }

    /// The texts of a list that, if it is there, must contain nothing else.
    mutating func strings(_ path: String, _ value: LocatedValue?) -> [(text: String, offset: Int)] {
        guard let value else { return [] }
        guard let elements = value.elements else {
            error("Expected \"\(path)\" to be an array of strings but got \(value.json)", at: value.offset)
            return []
        }
        return elements.enumerated().compactMap { place, element in
            guard check("\(path).[\(place)]", element, "string") else { return nil }
            return element.string.map { ($0, element.offset) }
        }
    }
}

extension Array<String> {
    /// A list as English writes it: `a`, `a and b`, `a, b, and c`.
    var english: String {
        switch count {
        case 0: ""
        case 1: self[0]
        case 2: "\(self[0]) and \(self[1])"
        default: "\(dropLast().joined(separator: ", ")), and \(self[count - 1])"
        }
    }
}

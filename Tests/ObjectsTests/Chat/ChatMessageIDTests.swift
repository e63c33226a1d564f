import Testing

@testable import RoostObjects

struct ChatMessageIDTests {
    @Test func `an id comes back from its text`() {
        let id = ChatMessageID(sequence: 42, random: 0xff)
        #expect(id.description == "msg-000000000042-00000000000000ff")
        #expect(ChatMessageID(id.description) == id)
    }

    @Test(arguments: [
        "", "msg", "msg-42-00000000000000ff", "msg-000000000042-00000000000000FF", "msg-00000000004x-00000000000000ff",
        "msg--00000000042-00000000000000ff", "000000000042", "msg-000000000042-00000000000000ff-",
    ])
    func `anything else is no id`(text: String) {
        #expect(ChatMessageID(text) == nil)
    }
}

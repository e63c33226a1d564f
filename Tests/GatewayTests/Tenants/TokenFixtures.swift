/// Tokens made once with OpenSSL.
///
/// Issuer `https://issuer.example`, audience `roost`, subject `ada`, valid from second 1000 to second 2000.
enum TokenFixtures {
    static let secret = "a-secret-of-the-issuer-with-40-bytes-!!"
    static let rsaModulus =
        "om94D6Ox65QgUkPThLTh-IXF-HJ36VfN7iUyYreMpL2ZCE_QAv1CBwS4ARluCEQt1WBxl0t5HkIWI_ooa55-UiSPXZ9lZAuZStBs"
        + "CUbqFVWclfCygwfCjlNMAFei4v1x6hT1f1ti3F-cuzWlIcYDKdI8gssr1PQF2qrs4dltYvtG0aINsWRPfc5-X15JR9ZIsyvY0-WT"
        + "yDwH3TeydDhk0oHfdD0AoJaANqhB26igzQpJpTSBaS2oAh41l7owGVPS8lCj9xrfHYZaq9W6NbfbJs4_RF2PlOA-jpnWizlaSxdv"
        + "w0crIDs8cdGqwYQVzdYfGskwXVqvp0B_JRpFiKcJ1w"
    static let smallModulus =
        "2v0dhK7ukFYfH9mIzw4rOPJqLq5VyK0EquaNBUCIjvdJrIt52I4GStd-768yEnHnnhOLJU5W_yrVMjT9FKvobPtyFFCmKkp6Oz9F"
        + "8lpv_0SRUOdc_2rrz_sBp6rVbtLx1dZtaglhbcQbou1O1E9MFqB8oxOg7k3MNB-ynbaMjxs"
    static let ecX = "lQ4iouqx3fm30V3CNx-SpDILBKGSirglRMcNrZA4pjA"
    static let ecY = "pEn-QQhZR3NRm1hEusf_WOoLbi1p7Wzx4OvW7mHPAXs"
    static let hs256 =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoicm9vc3QiLCJ"
        + "zdWIiOiJhZGEiLCJpYXQiOjEwMDAsIm5iZiI6MTAwMCwiZXhwIjoyMDAwfQ.OMA6YaYeRURvOxpOCmgoT9YqLFTiFclnYeWmP3uW"
        + "hhU"
    static let hs256Admin =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjpbIm90aGVyIiw"
        + "icm9vc3QiXSwic3ViIjoiYWRhIiwiaWF0IjoxMDAwLCJuYmYiOjEwMDAsImV4cCI6MjAwMCwicm9sZSI6ImFkbWluIn0.8jrqtzv"
        + "2-6R7BChEbXF8S6PNooG_6hEwTM7v3Af3G-A"
    static let hs256WrongIssuer =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL290aGVyLmV4YW1wbGUiLCJhdWQiOiJyb29zdCIsInN"
        + "1YiI6ImFkYSIsImlhdCI6MTAwMCwibmJmIjoxMDAwLCJleHAiOjIwMDB9.xrtypnL_-h5JiNveXLqA-24mwxAwnrJF2thtvWEfH1"
        + "8"
    static let hs256WrongAudience =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoib3RoZXIiLCJ"
        + "zdWIiOiJhZGEiLCJpYXQiOjEwMDAsIm5iZiI6MTAwMCwiZXhwIjoyMDAwfQ.hrur_dVCvaoaspwV7PrVGaPG2qutSPrzs1ZKQ1JN"
        + "5Us"
    static let hs256NoExpiry =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoicm9vc3QiLCJ"
        + "zdWIiOiJhZGEiLCJpYXQiOjEwMDAsIm5iZiI6MTAwMH0._Sr3Pd43NVyKkM-QixJMJ_UWN1yJ5N00SrnCuJiS04g"
    static let hs256NoSubject =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoicm9vc3QiLCJ"
        + "pYXQiOjEwMDAsIm5iZiI6MTAwMCwiZXhwIjoyMDAwfQ.E3Ji20PbGYjKNtMNorBxSI5vvrsU94oqe-szMtPRQdE"
    static let hs256Critical =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImNyaXQiOlsiZXhwIl19.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiw"
        + "iYXVkIjoicm9vc3QiLCJzdWIiOiJhZGEiLCJpYXQiOjEwMDAsIm5iZiI6MTAwMCwiZXhwIjoyMDAwfQ.7VvfU9xyF8uPuQ-zW4L0"
        + "9BLh4qvagNTMqxbAkwXzFfA"
    static let unsigned =
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoicm9vc3QiLCJz"
        + "dWIiOiJhZGEiLCJpYXQiOjEwMDAsIm5iZiI6MTAwMCwiZXhwIjoyMDAwfQ."
    static let rs256 =
        "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InJzYS0xIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwi"
        + "YXVkIjoicm9vc3QiLCJzdWIiOiJhZGEiLCJpYXQiOjEwMDAsIm5iZiI6MTAwMCwiZXhwIjoyMDAwfQ.k39xkHO7XrK5mwROnLcWU"
        + "WZ3Hfj6GzDvCcJbWEEPHnEg_lUemZnjZt-D83pfqTmn7bUjqtB89Nd5nG40nCowcGoLz-abCDm_BDlB9xPiEzNeo_uR7oMZv_8t_"
        + "XB8nNceX9ejdPNRYED-NuSoTd66myXrmf49JUxJGShwfygqRGh7jJqIkGmQ41HWDkLyWTnE_v9ZhOT-Bw10FbyME8vEeqESG_lZT"
        + "GCVGUejAu7JzDkd0qzjYMCqxcVZ4kjC_97T76vfJon9xoxZc_OnK8lJpFm711Sn9sRStRXeh3X0kWtXruDTqnyHO6gO59XlA5e5v"
        + "6FMGhOr91YSKXA1u71q5g"
    static let rs256NoKid =
        "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoicm9vc3QiLCJ"
        + "zdWIiOiJhZGEiLCJpYXQiOjEwMDAsIm5iZiI6MTAwMCwiZXhwIjoyMDAwfQ.mlS3hHWtlYdJfperBiNz8UW6vX71azNB5cH-RTq2"
        + "YdHuSsq6rUJ1BKv8wkWuuYigA2nA6Q4CvQZoVvesMibJ4kuS9MDq7vA7835hmQ644jPYimz7nLFyLuO9ahK-mcMReA5fQ8h_9tiL"
        + "moQAmWXCgrOTKbkbfC2tEW0QAfuoeW-SwCL2sfj9ixjZT7e3i-Z-FpASvk1gRDzkuGPRWySdwo6lmMt1mu5zA9yOWBsXyfQa2quM"
        + "WZIG6T-lrAOO0kNpYmAGsXDubGp2nTDcsUYPrV_2qbD5ciqylE6FLaOFsZtO0wTRYQUMC_eA3nVpNl37fnxfVk6kb_-Ym0o9gBkC"
        + "KA"
    static let es256 =
        "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImVjLTEifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiY"
        + "XVkIjoicm9vc3QiLCJzdWIiOiJhZGEiLCJpYXQiOjEwMDAsIm5iZiI6MTAwMCwiZXhwIjoyMDAwfQ.bqwrX_18tiLt0Y7JPxUcWm"
        + "0lkgoitk99zhkWmxgi94ysDrYK6zUg8uH-qlY6jdAzJMvvPHxcuQoMrirLvqPG9Q"
    static let confused =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InJzYS0xIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwi"
        + "YXVkIjoicm9vc3QiLCJzdWIiOiJhZGEiLCJpYXQiOjEwMDAsIm5iZiI6MTAwMCwiZXhwIjoyMDAwfQ.t6jk3brgzQjo2PJApqMzZ"
        + "Dsgx7BDG-fPJY0hFfDawUs"

    /// The key set with both public keys.
    static let keySet = """
        {"keys": [
            {"kty": "RSA", "kid": "rsa-1", "n": "\(rsaModulus)", "e": "AQAB"},
            {"kty": "EC", "kid": "ec-1", "crv": "P-256", "x": "\(ecX)", "y": "\(ecY)"}
        ]}
        """
}

public import Testing

extension Trait where Self == TimeLimitTrait {
  /// Ends a test that hangs. Long, so that no test depends on how fast a machine is: under a sanitizer, with every
  /// other test at work beside it, one that takes a second otherwise takes minutes.
  public static var endsHangs: Self { .timeLimit(.minutes(30)) }
}

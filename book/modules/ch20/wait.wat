;; Has a function that can be waited for, which Falkirk does not have, for chapter 20.
(component
  (import "wait" (func $wait async (param "millis" u32)))
  (export "again" (func $wait)))

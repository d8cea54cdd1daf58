(module)
(assert_retrun (invoke "f"))

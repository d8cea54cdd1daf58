// Says hello to somebody: the world `falkirk:greet/greeter` (../greet/wit) in JavaScript.

/** `Hello, Dan` */
export function greet(name) {
  return `Hello, ${name}`;
}

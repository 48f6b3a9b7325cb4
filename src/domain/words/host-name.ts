/** Whether a name or an address is this machine, to itself. In small letters, an address of the sixth version with brackets or without. */
export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '::1' || name === '[::1]' || /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/.test(name)
}

/** What a `Host` header names, in small letters, without its port and brackets; undefined where it names nothing. */
export function nameInHost(header: string): string | undefined {
  const [, address, name] = /^(?:\[([\da-f:.]+)\]|([^\s:/?#@[\]]+))(?::\d{1,5})?$/i.exec(header) ?? []
  return (address ?? name?.replace(/\.$/, ''))?.toLowerCase()
}

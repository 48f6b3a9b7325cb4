import { isLoopbackName } from '../../../domain/words/host-name.ts'

/** Whether what is sent to a URL stays between the two: https, or http that does not leave this machine; no user or password in it. */
export function isPrivateUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  return username === '' && password === '' && (protocol === 'https:' || (protocol === 'http:' && isLoopbackName(hostname)))
}

/** A link as people may follow it: plain http(s) of at most `max` characters, no user or password in it; else undefined. */
export function webAddress(text: string, max: number): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, username, password, href } = new URL(text)
  const isPlain = (protocol === 'https:' || protocol === 'http:') && username === '' && password === ''
  return isPlain && href.length <= max ? href : undefined
}

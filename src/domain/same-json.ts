import { canonicalJson } from './canonical-json.ts'

type Members = Readonly<Record<string, unknown>>

/** Whether two values have the same canonical JSON, told without writing either. */
export function isSameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return canonicalJson(one) === canonicalJson(other)
  if (Array.isArray(one) || Array.isArray(other))
    return Array.isArray(one) && Array.isArray(other) && one.length === other.length && one.every((item, at) => isSameJson(item, other[at]))
  return haveSameMembers(one as Members, other as Members)
}

/** What is `undefined` is not there. */
function haveSameMembers(one: Members, other: Members): boolean {
  let left = 0
  for (const name of Object.keys(other)) if (other[name] !== undefined) left += 1
  for (const name of Object.keys(one)) {
    const member = one[name]
    if (member === undefined) continue
    left -= 1
    if (!Object.hasOwn(other, name) || other[name] === undefined || !isSameJson(member, other[name])) return false
  }
  return left === 0
}

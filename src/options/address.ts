import { z } from 'zod'
import { isConfidential, namesUser, webAddress } from '../domain/words/web-address.ts'

const NO_WEB_URL = 'must be an http(s) URL'

/** An address on the web. No user or password: such addresses are told to people, in cards and in the log. */
export const webUrl = z
  .url({ protocol: /^https?$/, error: NO_WEB_URL })
  .refine((text) => !/\p{Cc}/u.test(text), { error: NO_WEB_URL, params: { isAddress: true } })
  // A message that shows the value would tell the secret.
  .refine((text) => !namesUser(text), { error: 'must not hold a user or password (not shown)', params: { isHidden: true } })

/** One to which something goes that others must not read. `because`: what would happen, as a clause. */
export function confidentialUrl(because: string) {
  const isWrong = (text: string): boolean => {
    const url = webAddress(text)
    return url !== undefined && !isConfidential(url)
  }
  return webUrl.refine((text) => !isWrong(text), { error: `must be https: ${because}`, params: { isAddress: true } })
}

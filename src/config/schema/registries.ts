import { z } from 'zod'
import { confidentialUrl } from '../../options/address.ts'
import { caFile } from '../../options/certificates.ts'
import { path } from '../../options/file.ts'
import { word } from './words.ts'

const host = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?$/, 'must be a host as images name it, such as ghcr.io')
  .transform((text) => text.toLowerCase())

/** A registry whose images may be read. */
export const imageRegistry = z
  .strictObject({
    host: host.describe('As images name it, with its port where they do; `docker.io` for images that name none.'),
    url: confidentialUrl('what is read would be anybody’s').optional().describe('Where it is asked; at `host` where nothing is said.'),
    tokenHost: host.optional().describe('Where its tokens come from where that is another host; the password is sent to no third one.'),
    username: word.optional().describe('Account that may pull; without one it is read as anybody may.'),
    passwordFile: path.optional().describe("File with that account's password or access token."),
    caFile,
  })
  .refine(({ username, passwordFile }) => (username === undefined) === (passwordFile === undefined), {
    message: 'needs both `username` and `passwordFile`, or neither',
    path: ['username'],
  })

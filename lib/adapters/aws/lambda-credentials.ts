/** A role's credentials as the SDK takes them. */
interface RoleCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/**
 * The credentials of the role a Lambda runs under, which Lambda puts into its variables and keeps fresh by ending the
 * environment before they expire. infra/bundling.ts puts this in the place of the SDK's own search. Throws an Error
 * that names what is missing.
 */
export const defaultProvider = () => async (): Promise<RoleCredentials> => {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = process.env
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new Error('no credentials: found no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, expected those of the function\'s role, which Lambda sets')
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
}

/** Reads an environment variable; a function without it cannot do anything right. */
export const variable = (name: string): string => {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`${name} is not set: found nothing, expected what infra/ sets; was the function deployed by the CDK app?`)
  return value
}

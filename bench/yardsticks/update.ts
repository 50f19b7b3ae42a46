/** The same write for every client. */
export const UPDATE = {
  TableName: 'quota',
  Key: { pk: { S: 'client' } },
  UpdateExpression: 'ADD #used :units',
  ConditionExpression: 'attribute_not_exists(#used) OR #used <= :most',
  ExpressionAttributeNames: { '#used': 'used' },
  ExpressionAttributeValues: { ':units': { N: '1' }, ':most': { N: '1000000000' } },
  ReturnValues: 'ALL_NEW',
} as const;

#!/bin/sh
# Asks the server for a status through CGI's Status field; which one is in the query.
case $QUERY_STRING in
custom) status='299 Mostly Harmless' ;;
empty) status='200 ' ;;
bare) status='404' ;;
unnamed) status='299' ;;
latin1) status=$(printf '404 Pas trouv\351') ;;
utf8) status='404 Не найдено' ;;
999) status='999 Request denied' ;;
099) status='099 Low' ;;
padded) status='200  Padded ' ;;
glued) status='404: Not Found' ;;
dashed) status='404-Not Found' ;;
substatus) status='401.3 Unauthorized' ;;
tab) status=$(printf '200 Tab\there') ;;
escape) status=$(printf '200 \033[31mred') ;;
word) status='Not Found' ;;
four) status='2000 Four' ;;
long) status="500 $(printf '%0300d' 0 | tr 0 x)" ;;
crash) exit 1 ;;
*) status='200 OK' ;;
esac
printf 'Status: %s\r\nContent-Type: text/plain\r\n\r\ncgi\n' "$status"

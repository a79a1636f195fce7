module statusline

go 1.19
